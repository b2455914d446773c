using System.Text.Json.Nodes;

namespace Serverless.Functions.Policies;

/// <summary>A place in the configuration of a policy where a secret is, or has to be.</summary>
/// <param name="Holder">The object that holds it.</param>
/// <param name="Member">Its member.</param>
/// <param name="At">JSON pointer to it in the configuration.</param>
/// <param name="Key">What it is called whatever its place: of two configurations, the same key is the same secret.</param>
internal sealed record PolicySecret(JsonObject Holder, string Member, string At, string Key)
{
    /// <summary>Whether it is given.</summary>
    public bool IsThere => Holder.ContainsKey(Member);
}
