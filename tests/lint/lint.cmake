add_test(NAME lint.walls COMMAND /usr/bin/python3 ${CMAKE_CURRENT_LIST_DIR}/lint.py)
set_tests_properties(lint.walls PROPERTIES LABELS lint TIMEOUT 300)
