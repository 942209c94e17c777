"""ASK: what a respondent meets, from the questionnaire and the links to the forms, and the close that ends a wave."""
