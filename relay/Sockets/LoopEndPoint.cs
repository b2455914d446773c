using System.Net;

namespace Serverless.Relay.Sockets;

/// <summary>An address to listen on with a <see cref="LoopTransport"/> and not with Kestrel's own.</summary>
internal sealed class LoopEndPoint(IPAddress address, int port) : IPEndPoint(address, port);
