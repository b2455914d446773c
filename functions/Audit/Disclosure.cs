using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Serverless.Functions.Audit;

/// <summary>What of a body may be kept: everything but the members that hold secrets, and not more than fits into a row.</summary>
internal static class Disclosure
{
    /// <summary>Bytes of JSON that are kept; of more, only the beginning is.</summary>
    public const int MaxBytes = 32 * 1024;

    private const string Hidden = "(not kept)";

    // A text of storage holds 32 Ki characters, and what is cut is escaped once more.
    private const int MaxStart = 8 * 1024;

    private static readonly FrozenSet<string> Secrets = FrozenSet.ToFrozenSet(
        [
            "user_key", "app_key", "token", "access_token", "service_token", "secret", "secret_token", "client_secret", "password",
            "private_key", "api_key", "authorization",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>The JSON to keep of a body; null when it is none.</summary>
    public static string? Of(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            return null;
        }

        try
        {
            var root = JsonNode.Parse(body.Span);
            Hide(root);
            return Cut(root?.ToJsonString() ?? "null");
        }
        catch (JsonException)
        {
            // Not JSON: such as a page, or a document of another kind. Nobody knows what is in it.
            return null;
        }
    }

    /// <summary>The same of what is at hand already.</summary>
    public static string? Of(JsonNode? node) => node is null ? null : Of(Encoding.UTF8.GetBytes(node.ToJsonString()));

    private static void Hide(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is not null && Secrets.Contains(name))
                {
                    members[name] = Hidden;
                }
                else
                {
                    Hide(value);
                }
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                Hide(item);
            }
        }
    }

    private static string Cut(string json) => Encoding.UTF8.GetByteCount(json) is var bytes && bytes <= MaxBytes
        ? json
        : new JsonObject { ["truncated"] = true, ["bytes"] = bytes, ["start"] = json[..Math.Min(json.Length, MaxStart)] }
            .ToJsonString();
}
