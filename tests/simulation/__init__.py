"""The simulations, quickly; `make soak` runs them at length."""
