using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Policies;

/// <summary>
/// Finds the secrets of the policy <c>headers</c>: the values of headers that carry credentials by their names. No schema says
/// so, as it depends on another member.
/// </summary>
internal static class HeaderSecrets
{
    private static readonly string[] Words = ["authorization", "cookie", "credential", "key", "password", "secret", "token"];

    /// <summary>Whether a header of this name carries credentials.</summary>
    public static bool IsSecret(string header) =>
        Array.Exists(Words, word => header.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Where they are. One operation is the same as another when what it does, to which header, and the how manyth of how many
    /// such it is, are the same: with one more or less, nobody can say which value was meant, and all have to be given anew.
    /// </summary>
    public static IEnumerable<PolicySecret> In(JsonObject configuration) =>
        from side in configuration
        where side.Value is JsonArray
        from alike in Operations(side.Value!.AsArray()).GroupBy(operation => operation.Name)
        let count = alike.Count()
        from operation in alike.Index()
        select new PolicySecret(
            operation.Item.Holder,
            "value",
            $"/{side.Key}/{operation.Item.Index}/value",
            $"{side.Key} {alike.Key} {operation.Index} of {count}");

    private static IEnumerable<(JsonObject Holder, int Index, string Name)> Operations(JsonArray side)
    {
        foreach (var (index, node) in side.Index())
        {
            if (node is JsonObject operation
                && Text(operation, "op") is { } op and not "delete"
                && Text(operation, "header") is { } header
                && IsSecret(header))
            {
                yield return (operation, index, $"{op} {header.ToUpperInvariant()}");
            }
        }
    }

    private static string? Text(JsonObject operation, string member) =>
        operation[member] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? (string?)value : null;
}
