"""`python -m facewright.app [FILE...]`: the same as the `facewright` command."""

from facewright.app.main import main

raise SystemExit(main())
