# SPDX-License-Identifier: BSD-3-Clause
if(TARGET widelimit_app)
    install(TARGETS widelimit_app)
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/widelimit DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/validation/figures DESTINATION ${CMAKE_INSTALL_DATADIR}/widelimit
    PATTERN __pycache__ EXCLUDE)
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
