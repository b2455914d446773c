using System.Globalization;
using Azure.Data.Tables;

namespace Serverless.Functions.Storage;

/// <summary>Spreads a document over the properties of one row: a property holds 64 KiB, a row 1 MiB.</summary>
internal static class RowPieces
{
    /// <summary>What fits into a row, with room for its other properties.</summary>
    public const int MaxBytes = 900 * 1024;

    private const int PieceBytes = 64 * 1024;

    public static void Write(TableEntity row, ReadOnlyMemory<byte> document)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(document.Length, MaxBytes);
        for (var number = 0; number * PieceBytes < document.Length; number++)
        {
            var rest = document[(number * PieceBytes)..];
            row[Name(number)] = rest[..Math.Min(PieceBytes, rest.Length)].ToArray();
        }
    }

    public static byte[] Read(TableEntity row)
    {
        using var document = new MemoryStream();
        for (var number = 0; row.TryGetValue(Name(number), out var piece); number++)
        {
            document.Write((byte[])piece);
        }

        return document.ToArray();
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"Content{number:00}");
}
