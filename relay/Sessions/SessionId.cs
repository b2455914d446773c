using System.Globalization;
using System.Security.Cryptography;

namespace Serverless.Relay.Sessions;

/// <summary>Names a session in logs and to operators: 16 hexadecimal digits, by chance.</summary>
internal readonly record struct SessionId(ulong Value) : IComparable<SessionId>
{
    /// <summary>A new one.</summary>
    public static SessionId Next()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return new SessionId(BitConverter.ToUInt64(bytes));
    }

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string? text, out SessionId id)
    {
        id = default;
        if (text?.Length != 16 || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return false;
        }

        id = new SessionId(value);
        return true;
    }

    public int CompareTo(SessionId other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
