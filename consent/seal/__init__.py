"""The seal: the clinic's own signature on a finished file, which shows later that nothing in it has changed."""
