"""The feed of a clinic for programs and readers: Atom and JSON Feed of the stages of its requests."""
