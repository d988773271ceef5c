"""The official journals of a clinic: their columns, their files, on the command line and in the chat."""
