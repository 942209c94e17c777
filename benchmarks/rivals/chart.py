"""The rival of a page with a chart: the shortest page of Streamlit that draws one with Plotly."""

import plotly.graph_objects as go
import streamlit as st

st.title("Hello")
st.plotly_chart(go.Figure(go.Scatter(x=[1, 2, 3, 4], y=[66, 64, 70, 61])))
