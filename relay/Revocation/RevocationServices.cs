namespace Serverless.Relay.Revocation;

/// <summary>Registers what the relay does about events.</summary>
internal static class RevocationServices
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddRevocation(this IServiceCollection services) => services.AddSingleton<Consequences>();
}
