"""The conventions of the house as tests: each rule is shown a bad sample as well as the tree."""
