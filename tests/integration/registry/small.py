"""A small country to load: one hromada and one library."""

from oseredok_contracts.ids import library_id

PISHCHANKA = str(library_id("isil", "UA-PL-0011"))
OBLAST, HROMADA = "UA53000000000028050", "UA53020190000090557"
SMALL = """\
code,category,name,parent
UA53000000000028050,O,Полтавська,
UA53020000000034761,P,Кременчуцький,UA53000000000028050
UA53020190000090557,Н,  Піщанська ,UA53020000000034761
UA53080000000062618,P,Полтавський,UA53000000000028050
"""
ONE = (
    "authority,id,name,hromada,kind\nisil,UA-PL-0011,Публічна бібліотека Піщанської громади,UA53020190000090557,pilot\n"
)
