"""The commands of `facewright-cli`, one file for few of them."""
