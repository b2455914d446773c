using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Serverless.Relay.SignalR;

/// <summary>The first message of a client: which protocol it speaks. JSON is the one there is.</summary>
internal sealed class ClientHandshake(TimeProvider time)
{
    private const int MaxBytes = 4096;

    // 2 is for clients that resume connections; what they say is the same.
    private const int NewestVersion = 2;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>The answer to a sound one.</summary>
    public static ReadOnlyMemory<byte> Welcome { get; } = Write(HandshakeResponseMessage.Empty);

    /// <summary>Reads it; false, and answered, when the connection is not to go on.</summary>
    public async Task<bool> ShakeAsync(PipeReader input, ClientConnection connection)
    {
        using var late = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, connection.Ending);
        try
        {
            while (true)
            {
                var read = await input.ReadAsync(either.Token);
                var rest = read.Buffer;
                if (TryParse(ref rest, out var request))
                {
                    input.AdvanceTo(rest.Start);
                    return Complaint(request!) is not { } complaint || Refuse(connection, complaint);
                }

                if (rest.Length > MaxBytes)
                {
                    return Refuse(connection, "The handshake is too long.");
                }

                if (read.IsCompleted)
                {
                    return false;
                }

                input.AdvanceTo(rest.Start, rest.End);
            }
        }
        catch (Exception error) when (error is InvalidDataException or JsonException or InvalidOperationException)
        {
            // The protocol's ways to say that it is none.
            return Refuse(connection, "The handshake is none.");
        }
        catch (OperationCanceledException)
        {
            return late.IsCancellationRequested && Refuse(connection, "Handshake was canceled.");
        }
    }

    private static bool TryParse(ref ReadOnlySequence<byte> buffer, out HandshakeRequestMessage? request) =>
        HandshakeProtocol.TryParseRequestMessage(ref buffer, out request);

    private static string? Complaint(HandshakeRequestMessage request) =>
        request.Protocol != "json" ? $"The protocol '{request.Protocol}' is not supported."
        : request.Version is < 0 or > NewestVersion ? $"The server does not support version {request.Version} of the 'json' protocol."
        : null;

    private static bool Refuse(ClientConnection connection, string error)
    {
        connection.Write(Write(new HandshakeResponseMessage(error)));
        return false;
    }

    private static ReadOnlyMemory<byte> Write(HandshakeResponseMessage message)
    {
        var answer = new ArrayBufferWriter<byte>();
        HandshakeProtocol.WriteResponseMessage(message, answer);
        return answer.WrittenMemory;
    }
}
