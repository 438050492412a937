"""Where models live: shipped in assets, fetched into the user's cache, checked by sha256."""
