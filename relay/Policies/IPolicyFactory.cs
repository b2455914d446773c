using System.Text.Json;

namespace Serverless.Relay.Policies;

/// <summary>Makes a policy from its settings in a snapshot.</summary>
internal interface IPolicyFactory
{
    /// <summary>Name in the chain.</summary>
    string Name { get; }

    /// <summary>Builds the policy; null when the settings are wrong, with a sentence for each thing that is.</summary>
    IHandshakePolicy? Build(JsonElement settings, ICollection<string> errors);
}
