import Testing

@testable import LayerPlanner

struct DockerfileNameTests {
  @Test(arguments: [
    "Dockerfile", "dockerfile", "a/Dockerfile", "Dockerfile.base", "Dockerfile-dev",
    "Dockerfile_x", "base.Dockerfile", "base.dockerfile", "Containerfile", "Containerfile.x",
    "x.containerfile", ".devcontainer/Dockerfile",
  ])
  func isTaken(path: String) {
    #expect(DockerfileName.isDockerfile(RepositoryPath(path)))
  }

  @Test(arguments: [
    "Dockerfiles", "DockerfileReader.swift", "Dockerfile/x", "Dockerfile.dockerignore",
    "x.Dockerfile.dockerignore", "Dockerfile~", ".Dockerfile.swp", "Dockerfile.orig",
    "myDockerfile", "docker-compose.yml", "",
  ])
  func isNotTaken(path: String) {
    #expect(!DockerfileName.isDockerfile(RepositoryPath(path)))
  }

  @Test(arguments: [
    ("Dockerfile", []), ("docker/Dockerfile", []), ("docker/Dockerfile.base", ["base"]),
    ("images/Base.Dockerfile", ["base"]), ("a/b/Dockerfile", ["b", "a-b"]),
    ("a/b/Containerfile.x", ["x", "b-x", "a-b-x"]), ("My App/Dockerfile", ["my-app"]),
    (".devcontainer/Dockerfile", ["devcontainer"]), ("é/Dockerfile", []),
    ("x/Dockerfile.a__b--", ["a_b", "x-a_b"]),
  ])
  func namesLayers(path: String, names: [String]) {
    #expect(DockerfileName.layerNames(RepositoryPath(path)) == names)
  }

  @Test func aLongNameIsCut() throws {
    let name = DockerfileName.layerName(String(repeating: "ab-", count: 40))
    #expect(name.utf8.count == 59)
    #expect(try ConfigurationValue.layerName(Array(name.utf8)).text == name)
  }
}
