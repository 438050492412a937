"""Other people's face models: one small file for each format, and the map to our template.

`reading.read_model` knows every format and gives a `Foreign`; `storing` keeps it in the user's
cache, where the model store finds it; `linear` and `network` are the two kinds of `FaceModel`
that come of it. Nothing of a foreign file is ever executed, and nothing is allocated before its
size was checked against the file.
"""
