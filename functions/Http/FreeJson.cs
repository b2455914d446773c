using System.Text.Json;
using System.Text.Json.Serialization;

namespace Serverless.Functions.Http;

/// <summary>JSON of no particular shape.</summary>
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class FreeJson : JsonSerializerContext;
