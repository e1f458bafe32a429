"""The desk: what somebody does, one function a verb, one file a phase."""
