terraform {
  required_version = ">= 1.5" # check blocks

  required_providers {
    external = {
      source  = "hashicorp/external"
      version = ">= 2.3"
    }
  }
}

variable "image" {
  description = "Image of the shop"
  type        = string
  default     = "example/shop:1.4"
}

variable "backend_mode" {
  description = "Whether the proxy sends requests to tasks (task) or to the virtual IP (vip)"
  type        = string
  default     = "task"
}

locals {
  stack = templatefile("${path.module}/stack.yml.tftpl", {
    image        = var.image
    backend_mode = var.backend_mode
  })
}

# The stack as it will be deployed, judged in every plan.
data "external" "interlock" {
  program = ["interlock-lint", "check", "--format", "terraform-external", "--stack-name", "shop"]
  query = {
    stack    = local.stack
    filename = "stack.yml"
  }
}

# Findings are warnings of the plan.
check "interlock" {
  assert {
    condition     = data.external.interlock.result.verdict == "passed"
    error_message = data.external.interlock.result.message
  }
}

# Errors stop the plan, and so does what could not be judged.
resource "terraform_data" "stack" {
  input = local.stack

  lifecycle {
    precondition {
      condition = (
        data.external.interlock.result.errors == "0" &&
        data.external.interlock.result.unjudged == "0"
      )
      error_message = data.external.interlock.result.message
    }
  }

  # Deploy it here, for example with a provisioner that runs `docker stack deploy`.
}

output "summary" {
  description = "Counts from the JSON report"
  value       = jsondecode(data.external.interlock.result.report).summary
}
