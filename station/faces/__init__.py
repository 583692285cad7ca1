"""Is this the person on the papers: scores and a policy; a person may always decide otherwise."""
