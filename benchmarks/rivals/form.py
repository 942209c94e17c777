"""The rival of the pulse form: the same statements on a plain page of Streamlit."""

import streamlit as st

from surveys.questionnaire import asked, builtin

questionnaire = asked(builtin("quarterly"), 8)
with st.form("pulse"):
    st.title(questionnaire.title)
    for item in questionnaire.items:
        st.radio(item.text, questionnaire.scale.labels, None, horizontal=True, key=item.id)
    st.text_area("Is there anything else?")
    st.form_submit_button("Send my answers")
