"""A printer put together from a language, a transport and a profile; never inherited."""
