"""The web application: one production served to browsers and to programs of others."""
