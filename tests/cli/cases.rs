//! Arguments, exit status and both outputs, as files that can be read like a manual.

#[test]
fn every_case_prints_what_its_file_says() {
    trycmd::TestCases::new()
        .register_bin(
            "proofkey",
            std::path::Path::new(env!("CARGO_BIN_EXE_proofkey")),
        )
        .case("../../tests/cli/cases/*.trycmd");
}
