using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>The check of policies that have no settings.</summary>
internal static class NoSettings
{
    /// <summary>Whether the settings are absent or an empty object; a sentence for each member otherwise.</summary>
    public static bool Check(string policy, JsonElement settings, ICollection<string> errors)
    {
        if (settings.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null)
        {
            return true;
        }

        if (settings.ValueKind != JsonValueKind.Object)
        {
            errors.Add($"{policy}: the configuration must be an object.");
            return false;
        }

        var empty = true;
        foreach (var member in settings.EnumerateObject())
        {
            errors.Add($"{policy}: takes no setting '{member.Name}'.");
            empty = false;
        }

        return empty;
    }
}
