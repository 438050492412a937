"""Where the landmarks, curves and regions of the face lie on MakeHuman's mesh.

Numbers are vertices of MakeHuman's base mesh on the subject's left and on the midline; the right
side follows by the mirror map. A pair `(a, b)` stands for the middle of the edge between them.
Definitions follow Farkas (1994), Anthropometry of the Head and Face, and for `se`, `rh`, `sts`
and `sti` the vocabulary of 3D Facial Norms (Weinberg 2016).
"""

from __future__ import annotations

Spot = int | tuple[int, int]
"""A MakeHuman vertex, or the middle of the edge between two."""

FARKAS_MIDLINE: dict[str, Spot] = {
    "v": 881, "tr": 5243, "g": 227, "n": 136, "se": 132, "rh": 5063, "prn": 5054, "c": 307,
    "sn": (317, 343), "ls": 455, "sts": 474, "sto": 520, "sti": 493, "li": 492, "sl": 491,
    "pg": 733, "gn": 5296, "op": 962,
}  # fmt: skip
"""Anthropometric landmarks on the midline; `measure/vocabulary.py` says what each code means."""
FARKAS_LEFT: dict[str, Spot] = {
    "eu": 7565, "ft": 7439, "zy": 11845, "go": (7595, 7596), "en": 11487, "ex": 11472, "ps": 11465,
    "pi": 11479, "mf": 6894, "al": 11673, "ac": 11753, "sbal": 7120, "sn1": 7074,
    "cph": (7210, 7215), "ch": 7185, "t": 12076, "sa": 12015, "sba": 12027, "pra": 12163,
    "pa": 12040, "obs": 12336, "obi": 12349, "na": 7090, "nb": 7096, "vm": (7227, 7228),
}  # fmt: skip
"""Those of the subject's left; their names end in `_l`, and in `_r` on the right."""

IBUG_MIDLINE: dict[int, Spot] = {
    8: 5296, 27: (136, 169), 28: (131, 135), 29: 164, 30: 5054, 33: (317, 343),
    51: 455, 57: 492, 62: 474, 66: 493,
}  # fmt: skip
"""iBUG points on the midline."""
IBUG_LEFT: dict[int, Spot] = {
    9: (11780, 11831), 10: (7618, 11900), 11: 10366, 12: (7457, 11849), 13: (7456, 7612),
    14: (11707, 11854), 15: (11844, 11845), 16: (7575, 7576),
    22: (6983, 6984), 23: 6997, 24: (6998, 7004), 25: (7005, 7031), 26: (7030, 11870),
    34: (7077, 7120), 35: 7095,
    42: 11487, 43: 6838, 44: 6790, 45: 11472, 46: 6820, 47: 6831,
    52: (7210, 7215), 53: 7170, 54: 7185, 55: (7166, 7235), 56: (7235, 7241),
    63: 7228, 64: (7178, 7193), 65: 7242,
}  # fmt: skip
"""iBUG points on the subject's left, the right of an upright photo.

Brows, bridge of the nose and inner lips lie where the blends of `photos/vocabulary.py`, learned
on annotated photos, fall on pictures of the model's heads; the rest where ICT-FaceKit's landmark
vertices come to lie on the template, but for lip borders, corners and the lids' margins, which are
topological here."""
IBUG_MIRROR: dict[int, int] = {
    **{right: 16 - right for right in range(8)},
    17: 26, 18: 25, 19: 24, 20: 23, 21: 22, 31: 35, 32: 34,
    36: 45, 37: 44, 38: 43, 39: 42, 40: 47, 41: 46,
    48: 54, 49: 53, 50: 52, 58: 56, 59: 55, 60: 64, 61: 63, 67: 65,
}  # fmt: skip
"""Left partner of each iBUG point on the right."""

UPPER_BORDER: tuple[Spot, ...] = (
    455, 7214, 7210, 7215, 7169, 11956, 7170, 7171, 7168, 7167, 10405, 7182, 7185,
)  # fmt: skip
LOWER_BORDER: tuple[Spot, ...] = (
    492, 7241, 7235, 7166, 7165, 7164, 10370, 7163, 7182, 7185,
)  # fmt: skip
UPPER_CONTACT: tuple[Spot, ...] = (
    520, 7267, 7268, 7261, 7262, 11962, 7263, 7181, 7180, 7196, 10399, 7194,
)  # fmt: skip
LOWER_CONTACT: tuple[Spot, ...] = (523, 7264, 7265, 7266, 7206, 7205, 10376, 7195, 7194)
LIP_CORNER: tuple[Spot, ...] = (7185, 7249, 7188, 7191, 7194)
LID_MARGIN: tuple[int, ...] = (
    11487, 11486, 11490, 11485, 11484, 11483, 11465, 11466, 11467, 11468, 11469, 11470, 11471,
    11472, 11473, 11474, 11742, 11475, 11476, 11477, 11478, 11479, 11480, 11481, 11743, 11482,
    11489, 11488,
)  # fmt: skip
"""The front edge of both lids, from the inner corner over the upper lid."""
LID_BALL: tuple[int, ...] = (
    6850, 6847, 6886, 6844, 6841, 6838, 6785, 6784, 6790, 6793, 6796, 6799, 6802, 6805, 6808,
    6811, 11693, 6814, 6817, 6820, 6825, 6828, 6831, 6834, 11695, 6837, 6856, 6853,
)  # fmt: skip
"""The rear edge of both lids, where they touch the eyeball, in the order of `LID_MARGIN`."""
LID_OUTER = LID_MARGIN.index(11472)

PATHS_LEFT: dict[str, tuple[Spot, ...]] = {
    "brow": (
        (6983, 7001), (6980, 6997), (6979, 6996), (6981, 6998), 6999, 7031, 7030,
    ),
    "upper_lid": LID_MARGIN[: LID_OUTER + 1],
    "lower_lid": (LID_MARGIN[0], *LID_MARGIN[:LID_OUTER - 1 : -1]),
    "nasolabial": (11753, 11690, 11926, 11755, 11754, 11769, 11770, 11777),
}  # fmt: skip
"""Curves on each side, from the midline outward."""
PATHS_HALF: dict[str, tuple[Spot, ...]] = {
    "upper_lip_outer": UPPER_BORDER,
    "lower_lip_outer": LOWER_BORDER,
    "upper_lip_inner": (474, 7229, 7228, 7227, 7226, 11964, 7225, 7179, 7178, 7193, 10400),
    "lower_lip_inner": (493, 7242, 7236, 7230, 7197, 7204, 10375, 7192, 7191, 10400),
    "jaw": (5296, 11897, 11898, 11899, 11900, 11901, 10366, 7594, 7595, 7596, 7597, 7614, 7574,
            12356),
}  # fmt: skip
"""Left halves of curves across the midline, from the midline outward."""

BORDER_NOSE: tuple[Spot, ...] = (
    133, 6899, 6901, 7611, 6958, 11860, 11708, 6978, 11753, 7057, 7119, 7121, 7120, 7077, 7103,
    7104, 343,
)  # fmt: skip
BORDER_EYE: tuple[Spot, ...] = (
    6873, 6874, 6877, 6878, 6879, 6887, 6880, 6881, 6882, 6883, 6865, 11697, 6864, 6863, 6862,
    6861, 6860, 6859, 6872, 11698, 6871, 6870, 6869, 6868, 6867, 6866, 6876, 6875, 6873,
)  # fmt: skip
BORDER_BROW: tuple[Spot, ...] = (
    (6983, 7001), (6956, 6983), (6953, 6980), (6952, 6979), (6954, 6981), (6955, 6982),
    (6987, 7024), 7030, 11869, 7005, (6998, 7004), (6996, 7002), (6997, 7003), 7006, (6983, 7001),
)  # fmt: skip
BORDER_ORBIT: tuple[Spot, ...] = (
    6908, 6899, 6895, 11855, 11715, 11701, 11908, 11857, 7610, 6988, 7604, 7028, 11706, 7026, 7032,
    11871, 10410, 10411, 11868, 11867, 7598, 11923, 7008, 7001, 6944, 6908,
)  # fmt: skip
BORDER_WIDE_NOSE: tuple[Spot, ...] = (
    136, 6908, 6894, 11855, 7609, 6939, 6960, 11760, 11690, 11750, 11751, 11749, 11688, 11752,
    11689, 11687, 5072,
)  # fmt: skip
BORDER_MOUTH: tuple[Spot, ...] = (
    5072, 11687, 11689, 11752, 11688, 11749, 11751, 7132, 11866, 11759, 11758, 11757, 11756,
    10367, 7599, 7600, 7454, 7450, 7453, 733,
)  # fmt: skip
BORDER_EAR: tuple[Spot, ...] = (
    12353, 12364, 12352, 12362, 12366, 12351, 12360, 12347, 12356, 12349, 12358, 12365, 12350,
    12359, 12361, 12367, 12354, 12346, 12344, 12363, 12348, 12357, 12345, 12355, 12353,
)  # fmt: skip
BORDER_NECK: tuple[Spot, ...] = (
    732, 7621, 7620, 7616, 7618, 7619, 10365, 7461, 7460, 7459, 7613, 7571, 7634, 12005, 7635,
    11884, 11885, 5284,
)  # fmt: skip
BORDER_SCALP: tuple[Spot, ...] = (
    5243, 11853, 11841, 7016, 7018, 7669, 7042, 12159, 12160, 12161, 12366, 12352, 12353, 12345,
    12348, 12344, 12354, 12361, 12359, 7635, 11884, 11885, 5284,
)  # fmt: skip
