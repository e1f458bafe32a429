"""The post: outlets that take finished documents."""
