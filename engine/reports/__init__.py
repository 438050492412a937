"""Reports: what was found and how, as one page of HTML that holds its own pictures."""
