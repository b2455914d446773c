using System.Text.Json.Serialization;
using Serverless.Contracts;
using Serverless.Functions.Http;

namespace Serverless.Functions.Connections;

/// <summary>Body that says which connections of a product are meant.</summary>
internal sealed record ConnectionsInput
{
    /// <summary>Those of one environment; null for both.</summary>
    public string? Environment { get; init; }

    public void Check(Errors errors)
    {
        if (Environment is not (null or Environments.Staging or Environments.Production))
        {
            errors.Add("/environment", "unknown_environment", $"It needs {Environments.Staging} or {Environments.Production}, or nothing for both.");
        }
    }
}

/// <summary>How it is read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ConnectionsInput))]
internal sealed partial class ConnectionsJson : JsonSerializerContext;
