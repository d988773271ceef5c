"""The service on a button phone: the same dialogs as numbered menus of at most two SMS parts."""
