using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Serverless.Contracts;

namespace Serverless.Relay.Authorization;

/// <summary>
/// Stands for one question (product, credentials, referrer, metrics with what is added to each) in the cache: its SHA-256, so that the
/// cache holds no key.
/// </summary>
internal readonly record struct QuestionKey(UInt128 High, UInt128 Low)
{
    /// <summary>The key of a question.</summary>
    public static QuestionKey Of(AuthorizationRequest question)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, question.Product);
        Write(buffer, question.UserKey);
        Write(buffer, question.AppId);
        Write(buffer, question.AppKey);
        Write(buffer, question.ClientId);
        Write(buffer, question.Ticket);
        Write(buffer, question.Path);
        Write(buffer, question.Origin);
        Write(buffer, question.Referrer);
        foreach (var (metric, delta) in question.Usage.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Write(buffer, metric);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), delta);
            buffer.Advance(sizeof(long));
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(buffer.WrittenSpan, hash);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsMemory(buffer.WrittenMemory).Span);
        return new QuestionKey(
            BinaryPrimitives.ReadUInt128BigEndian(hash), BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    // With its length in front, -1 for what is not given, so that no two questions are written alike.
    private static void Write(ArrayBufferWriter<byte> buffer, string? text)
    {
        if (text is null)
        {
            BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), -1);
            buffer.Advance(sizeof(int));
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        BinaryPrimitives.WriteInt32LittleEndian(buffer.GetSpan(sizeof(int)), length);
        buffer.Advance(sizeof(int));
        buffer.Advance(Encoding.UTF8.GetBytes(text, buffer.GetSpan(length)));
    }
}
