using System.Text.Json;
using System.Text.Json.Nodes;
using Serverless.Contracts;
using Serverless.Functions.Policies;

namespace Serverless.Functions.Promotion;

/// <summary>
/// A snapshot as operators see it. Its secrets, the token for the backends and the write-only settings of policies, are for
/// relays alone.
/// </summary>
internal static class ShownSnapshot
{
    private const string SecretToken = "secret_token";

    /// <summary>The snapshot without secrets; of the token it says whether there is one.</summary>
    public static JsonObject Of(ProductSnapshot snapshot)
    {
        var shown = Whole(snapshot);
        foreach (var (holder, member) in Secrets(shown))
        {
            holder.Remove(member);
        }

        shown["secret_token_set"] = snapshot.SecretToken is not null;
        return shown;
    }

    /// <summary>The snapshot with a word in the place of each secret.</summary>
    public static JsonObject Masked(ProductSnapshot snapshot)
    {
        var shown = Whole(snapshot);
        foreach (var (holder, member) in Secrets(shown))
        {
            holder[member] = "(secret)";
        }

        return shown;
    }

    /// <summary>The snapshot as relays get it.</summary>
    public static JsonObject Whole(ProductSnapshot snapshot) =>
        JsonSerializer.SerializeToNode(snapshot, ContractsJson.Default.ProductSnapshot)!.AsObject();

    private static List<(JsonObject Holder, string Member)> Secrets(JsonObject snapshot)
    {
        var found = new List<(JsonObject Holder, string Member)>();
        if (snapshot.ContainsKey(SecretToken))
        {
            found.Add((snapshot, SecretToken));
        }

        foreach (var policy in snapshot["policy_chain"]!.AsArray())
        {
            if (policy!["configuration"] is JsonObject configuration && Catalogue.Find((string)policy["name"]!) is { } builtin)
            {
                found.AddRange(builtin.SecretsIn(configuration).Where(secret => secret.IsThere).Select(secret => (secret.Holder, secret.Member)));
            }
        }

        return found;
    }
}
