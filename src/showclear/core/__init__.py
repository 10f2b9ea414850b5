"""The words of the set: vocabulary, statements, state and gates. Pure, standard library only."""
