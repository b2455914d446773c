using System.Collections.Frozen;
using System.Text.Json;
using Serverless.Functions.Http;

namespace Serverless.Functions.Policies;

/// <summary>The policies that there are, each with the check of its configuration.</summary>
internal static class Catalogue
{
    /// <summary>What a policy is configured with that is configured with nothing.</summary>
    public static JsonElement NoConfiguration { get; } = JsonElement.Parse("{}");

    /// <summary>Checks of a configuration, by the policy's name: what is wrong goes to the errors, under the given pointer.</summary>
    public static FrozenDictionary<string, Action<JsonElement, string, Errors>> Check { get; } =
        new Dictionary<string, Action<JsonElement, string, Errors>>
        {
            // Lets upgrades through to the backends.
            ["websocket"] = TakesNothing,

            // 3scale's chains hold it to say where the gateway itself stands among the policies.
            ["apicast"] = TakesNothing,
        }.ToFrozenDictionary();

    private static void TakesNothing(JsonElement configuration, string at, Errors errors)
    {
        foreach (var member in configuration.EnumerateObject())
        {
            errors.Add(
                Errors.Append(at, member.Name),
                "unknown_member",
                $"The policy takes no configuration, and so no member '{Text.Shorten(member.Name)}'.");
        }
    }
}
