// The modules that every page has; each does nothing where its part is missing.
