"""The desk and the phone: a registrar answers for somebody who came or called, in the same dialogs."""
