namespace Serverless.Relay.Metering;

/// <summary>Who this relay is to the functions: another with every start.</summary>
internal sealed class RelayIdentity
{
    /// <summary>32 hexadecimal digits, by chance.</summary>
    public string Name { get; } = Guid.NewGuid().ToString("N");
}
