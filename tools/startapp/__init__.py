"""`make startapp NAME=`: the skeleton of an app, entered in every list that knows the apps."""
