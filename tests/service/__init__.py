"""The whole service, by what people and staff see of it."""
