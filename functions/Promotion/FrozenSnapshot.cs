using System.Security.Cryptography;
using System.Text.Json;
using Serverless.Contracts;

namespace Serverless.Functions.Promotion;

/// <summary>A snapshot with the mark by which its content is known again under another version.</summary>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Mark">SHA-256 of everything but the version.</param>
internal sealed record FrozenSnapshot(ProductSnapshot Snapshot, string Mark)
{
    public static FrozenSnapshot Of(ProductSnapshot snapshot) =>
        new(snapshot, Convert.ToHexStringLower(SHA256.HashData(Write(snapshot with { Version = 0 }))));

    /// <summary>The same content as a version.</summary>
    public FrozenSnapshot As(int version) => this with { Snapshot = Snapshot with { Version = version } };

    /// <summary>As it is stored, and as the relays get it.</summary>
    public byte[] ToJson() => Write(Snapshot);

    private static byte[] Write(ProductSnapshot snapshot) =>
        JsonSerializer.SerializeToUtf8Bytes(snapshot, ContractsJson.Default.ProductSnapshot);
}
