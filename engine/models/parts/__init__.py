"""NEO-3DF's face in parts: six segments with models of their own, and the controllers."""
