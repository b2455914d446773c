using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Serverless.Functions.Declarative;

/// <summary>What becomes of a resource.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChangeAction>))]
internal enum ChangeAction
{
    /// <summary>It is made.</summary>
    [JsonStringEnumMemberName("create")]
    Create,

    /// <summary>It becomes another.</summary>
    [JsonStringEnumMemberName("update")]
    Update,

    /// <summary>It goes.</summary>
    [JsonStringEnumMemberName("delete")]
    Delete,

    /// <summary>It stays as it is.</summary>
    [JsonStringEnumMemberName("keep")]
    Keep,
}

/// <summary>One step of applying a document.</summary>
/// <param name="Action">What becomes of the resource.</param>
/// <param name="Resource">Its address; of one that gets its name when it is made, the address of the list.</param>
/// <param name="Before">The resource until now; null when it is made or kept.</param>
/// <param name="After">The resource from now on; null when it is deleted or kept.</param>
internal sealed record Change(ChangeAction Action, string Resource, JsonNode? Before = null, JsonNode? After = null)
{
    /// <summary>Takes the step: false when the resource is not any more what the plan was made from.</summary>
    [JsonIgnore]
    public Func<CancellationToken, Task<bool>> ApplyAsync { get; init; } = _ => Task.FromResult(true);
}
