# A service of the provider kreuzwerker/docker.
variable "host" {
  type    = string
  default = "maps.example.com"
}

resource "docker_service" "maps" {
  name = "maps"

  task_spec {
    container_spec {
      image = "example/maps:4"
    }
    networks_advanced {
      name = "maps_front"
    }
  }

  mode {
    replicated {
      replicas = 2
    }
  }

  labels {
    label = "com.docker.lb.hosts"
    value = var.host
  }
  labels {
    label = "com.docker.lb.port"
    value = "80800"
  }
}
